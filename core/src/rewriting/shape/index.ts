export { leavesOf, nameOfPart, shapeOf, textOfPart, topBlocks } from './queryShape.ts';
export type { QueryShape, ShapeBlock } from './queryShape.ts';
