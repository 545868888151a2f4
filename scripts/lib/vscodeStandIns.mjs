// Stand-ins, in plain JavaScript, for two native modules of VS Code's server that would have to be compiled. Without the first,
// output channels stay empty, because VS Code reads them from the files that this module writes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SPDLOG = `// Stand-in for the native logger: appends to the log file. See scripts/lib/vscodeStandIns.mjs of the Querent project.
const fs = require('node:fs');
const path = require('node:path');

const NAMES = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  constructor(type, name, file) {
    this.file = file;
    this.level = 2;
    this.plain = false;
    this.pending = '';
    fs.mkdirSync(path.dirname(file), { recursive: true });
  }
  write(level, message) {
    if (level < this.level) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    this.pending += this.plain ? message : time + ' [' + NAMES[level] + '] ' + message + '\\n';
    this.timer ??= setTimeout(() => this.flush(), 50);
    this.timer.unref();
  }
  trace(message) { this.write(0, message); }
  debug(message) { this.write(1, message); }
  info(message) { this.write(2, message); }
  warn(message) { this.write(3, message); }
  error(message) { this.write(4, message); }
  critical(message) { this.write(5, message); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() {}
  clearFormatters() { this.plain = true; }
  flush() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const text = this.pending;
    this.pending = '';
    try {
      fs.appendFileSync(this.file, text);
    } catch {
      // A log that cannot be written stops nothing.
    }
  }
  drop() { this.flush(); }
}

const create = async (name, file) => new Logger('rotating', name, file);
exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
`;

const WATCHDOG = `// Stand-in for the native watchdog: the server that started this process ends it.
exports.start = () => {};
exports.exit = (code) => process.exit(code || 0);
`;

/** Puts the stand-ins into a server's node_modules. */
export function putStandIns(nodeModules) {
  writeFileSync(join(nodeModules, '@vscode/spdlog/index.js'), SPDLOG);
  writeFileSync(join(nodeModules, '@vscode/native-watchdog/index.js'), WATCHDOG);
}
