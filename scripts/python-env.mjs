// Makes the Python environment of the trainer's tests and prints where its Python is: `node scripts/python-env.mjs`.
import { ensureTrainerPython } from './lib/trainerPython.mjs';

try {
  console.log(await ensureTrainerPython((line) => console.error(line)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
