// What the model host is compared with: the shortest loop that node-llama-cpp allows, in a process of its own. Asked over IPC with
// `{prompt, tokens}`; answers with the times of a run. Arguments: the GGUF, threads, context and batch.
import { getLlama } from 'node-llama-cpp';

const [path, threads, contextSize, batchSize] = process.argv.slice(2);
const llama = await getLlama({ gpu: 'auto', build: 'never', maxThreads: Number(threads), logLevel: 'error' });
const model = await llama.loadModel({ modelPath: path });
const context = await model.createContext({
  contextSize: Number(contextSize),
  batchSize: Number(batchSize),
  threads: Number(threads),
});
const sequence = context.getSequence();

process.on('message', async ({ prompt, tokens: most }) => {
  await sequence.clearHistory();
  const input = model.tokenize(prompt);
  const started = performance.now();
  let first = 0;
  let tokens = 0;
  for await (const token of sequence.evaluate(input, { temperature: 0 })) {
    if (++tokens === 1) first = performance.now();
    if (tokens >= most || token === undefined) break;
  }
  const ended = performance.now();
  process.send({ tokens, firstMs: first - started, writeMs: ended - first });
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
