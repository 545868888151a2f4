export { baselineSql } from './baseline/baseline.ts';
