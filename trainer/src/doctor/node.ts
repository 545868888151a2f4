import { isAtLeast } from './check.ts';
import type { Probe } from './check.ts';

const MINIMUM_NODE = '22.18';

/** The Node that runs this: the control plane and the reward service. */
export const checkNode: Probe = ({ nodeVersion }) => {
  const ok = isAtLeast(nodeVersion, MINIMUM_NODE);
  return [
    {
      name: 'node',
      ok,
      required: true,
      detail: `Node ${nodeVersion}`,
      fix: ok ? '' : `Install Node ${MINIMUM_NODE} or later, or start through npm, which brings Node 24.`,
    },
  ];
};
