import type { Connection } from 'vscode-languageserver/node';
import { statusMethod, type StatusParams } from '../protocol.ts';
import type { EngineState } from '../measuring/index.ts';
import { noModel } from './modelSlot.ts';

/** Tells the client how it stands with library, model and databases, once per change. */
export class StatusReporter {
  readonly #connection: Connection;
  #library: StatusParams['library'] = {
    state: 'none',
    detail: 'No library',
    explanation: 'Open a strategy to see where its lines are counted.',
  };
  #model: StatusParams['model'] = noModel;
  #databases: StatusParams['databases'] = [];
  #sent = '';
  #enabled = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The client is ready to hear; says how it stands now. */
  enable(): void {
    this.#enabled = true;
    this.#send();
  }

  library(state: EngineState): void {
    this.#library = libraryStatus(state);
    this.#send();
  }

  model(status: StatusParams['model']): void {
    this.#model = status;
    this.#send();
  }

  databases(states: StatusParams['databases']): void {
    this.#databases = states;
    this.#send();
  }

  #send(): void {
    const status: StatusParams = {
      library: this.#library,
      model: this.#model,
      databases: this.#databases,
    };
    const text = JSON.stringify(status);
    if (!this.#enabled || text === this.#sent) return;
    this.#sent = text;
    this.#connection.sendNotification(statusMethod, status).catch(() => {});
  }
}

function libraryStatus(state: EngineState): StatusParams['library'] {
  if (state.kind === 'none') return { state: 'none', detail: 'No database', explanation: state.message };
  if (state.kind === 'loading') return { state: 'loading', detail: 'Opening the library…' };
  if (state.kind === 'error')
    return { state: 'error', detail: 'The database cannot be used', explanation: state.message };
  return { state: 'ready', detail: state.engine.label };
}
