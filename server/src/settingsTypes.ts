/** Settings section `querent.*` as the server reads it (workspace/configuration). Defaults live in the manifest. */
export interface Settings {
  readonly library: { readonly path: string; readonly headingsAsText: boolean };
  readonly mesh: { readonly path: string };
  readonly inlayHints: {
    readonly enabled: boolean;
    /** Parentheses that PubMed's order of evaluation implies. */
    readonly grouping: boolean;
  };
  readonly codeLens: {
    readonly enabled: boolean;
    /** Where single lines have lenses of their own. */
    readonly lines: 'live' | 'always' | 'never';
  };
  readonly live: {
    /** Ask live databases while typing; when off only on request. */
    readonly measureWhileTyping: boolean;
    readonly email: string;
    /** Where the E-utilities are asked; empty means NCBI, or what `QUERENT_EUTILS_URL` says. */
    readonly eutilsAddress: string;
    /** Where ClinicalTrials.gov is asked; empty means ClinicalTrials.gov itself, or what `QUERENT_CTGOV_URL` says. */
    readonly trialsAddress: string;
  };
  /** VS Code's own settings of the network (`http.*`), for live databases. */
  readonly http: {
    /** Address of a proxy; empty means what the environment says (`HTTPS_PROXY`, `HTTP_PROXY`). */
    readonly proxy: string;
    readonly proxyStrictSSL: boolean;
    /** Hosts that are asked without a proxy. */
    readonly noProxy: readonly string[];
    /** `off`: no proxy at all. */
    readonly proxySupport: 'off' | 'on' | 'fallback' | 'override';
  };
  readonly model: {
    /** A GGUF file; empty means the active checkpoint, if there is one. */
    readonly path: string;
    readonly gpu: 'auto' | 'off';
    /** 0 means: one fewer than there are cores. */
    readonly threads: number;
    /** Minutes without use after which the model is unloaded; 0 means never. */
    readonly idleMinutes: number;
    /** Layers of the model in graphics memory; -1 chooses by what fits. */
    readonly gpuLayers: number;
    /** Most tokens of context, prompt and answer together, of one answer. */
    readonly contextTokens: number;
    /** Answers that are sampled side by side, 1..8. */
    readonly samples: number;
    /** Id of the prompt template that the model was trained on; `auto` goes by its file or name, and else takes Querent's own. */
    readonly template: string;
    /** Address of an OpenAI-compatible server, and the model's name there; goes before `path` where it is not empty. */
    readonly endpoint: string;
    readonly endpointModel: string;
    /** Where checkpoints are published: a folder, an address, or `hf:owner/name`; empty means what the command line has set, if anything. */
    readonly channel: string;
    /** Public key of that channel, `ed25519:...`. */
    readonly channelKey: string;
    /** Version of the checkpoint that this workspace uses; empty means the active one. */
    readonly pinnedVersion: string;
    /** Whether the client asks the channel by itself for newer checkpoints. */
    readonly checkForUpdates: 'never' | 'daily';
  };
  readonly rewrite: {
    /** Most records that a proposal may find. */
    readonly budget: number;
    /** Least recall on the seeds that is wanted, 0..1; 0: none in particular. */
    readonly recallFloor: number;
    /** How often measured faults go back to the rewriters, 0..3. */
    readonly rounds: number;
    /** Whether terms are proposed while typing within an OR block, when a model is ready. */
    readonly inlineCompletion: boolean;
  };
  readonly format: {
    /** Longer lines are broken behind operators when formatting; 0 breaks none. */
    readonly lineWidth: number;
    /** Whether formatting writes field tags in their short form. */
    readonly tags: 'keep' | 'short';
  };
  readonly sql: {
    /** Whether Querent serves documents of SQL at all. */
    readonly enabled: boolean;
    /** SQLite file, or file of `CREATE` statements, for documents that name none; relative to the workspace folder. Empty: the one that lies beside the document. */
    readonly database: string;
    /** Whose statements documents are read as, where they do not say so themselves. */
    readonly dialect: 'sqlite' | 'postgresql';
    /** Rows that a preview shows, 1 to 10,000. */
    readonly previewRows: number;
    /** Seconds that a statement may take, 1 to 600. */
    readonly timeoutSeconds: number;
  };
  /** Rule id to level. */
  readonly lint: Readonly<Record<string, 'off' | 'hint' | 'information' | 'warning' | 'error'>>;
}
