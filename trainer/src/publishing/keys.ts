import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { keyIdOf, readSignature, signedBytes, writePublicKey, writeSignature } from '@querent/core/channel';
import type { ChannelSignature } from '@querent/core/channel';
import { CheckpointError, readKey } from '@querent/server/checkpoints';
import { badInput } from '@querent/server/terminal';

/** The environment variable that holds a signing key: its PEM, or the path of its file. */
const variable = 'QUERENT_SIGNING_KEY';

/** A key that signs channels. The private half never leaves {@link KeyObject}, which prints as nothing. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** `ed25519:...`, as people set it in `querent.model.channelKey`. */
  readonly publicKey: string;
  readonly keyId: string;
  /** Where it was read, for people: a file, or the environment. */
  readonly from: string;
}

/** Files by which a folder shows that it is passed on: a channel, a run, an export. */
const passedOn = ['channel.json', 'state.json', 'plan.json', 'plan.yaml', 'export.json', 'card.json'];

/**
 * Makes a key pair and writes its private half as PKCS8 PEM, readable to its owner only. Never over another file, and not into a folder that is passed on.
 * @throws CliError (exit code 2)
 */
export async function makeSigningKey(file: string): Promise<SigningKey> {
  await refusePassedOn(file);
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  try {
    // 0o600 from the first byte on: a mode that is set afterwards leaves a moment in which others can read.
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(pem);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw badInput(
        `${file} is there already, and a key is never written over: editors that trust it would refuse every later release. Name another file.`,
      );
    if (code === 'ENOENT')
      throw badInput(`${file} cannot be written: there is no folder ${dirname(file)}. Make it first.`);
    throw error;
  }
  return keyOf(privateKey, file);
}

async function refusePassedOn(file: string): Promise<void> {
  let folder = dirname(resolve(file));
  for (let up = 0; up < 4; up++) {
    for (const name of passedOn)
      if ((await stat(join(folder, name)).catch(() => undefined)) !== undefined)
        throw badInput(
          `${file} would lie in ${folder}, which is passed on with what it holds (${name}). Keep keys elsewhere, such as in a folder of your account.`,
        );
    const above = dirname(folder);
    if (above === folder) return;
    folder = above;
  }
}

/**
 * Reads the key to sign with: of `file`, else of QUERENT_SIGNING_KEY (PEM or a path).
 * @param warn told what is doubtful, such as a key that others can read
 * @throws CliError (exit code 2); messages hold nothing of the key
 */
export async function readSigningKey(
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
  warn: (message: string) => void = () => undefined,
): Promise<SigningKey> {
  const given = environment[variable]?.trim() ?? '';
  if (file === undefined && given === '')
    throw badInput(
      `There is no key to sign with. Name its file with --key or in ${variable}; make one with: querent-trainer publish keys --out FILE`,
    );
  if (file === undefined && given.startsWith('-----BEGIN'))
    // Some systems keep variables in one line and write \n for line ends.
    return keyOf(parsePem(given.replaceAll('\\n', '\n'), variable), variable);
  const path = file ?? given;
  let pem: string;
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      warn(`${path} can be read by others on this machine. Change that: chmod 600 ${basename(path)}`);
    pem = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What a variable holds may be a key after all, only damaged: it is not repeated.
    const where = file === undefined ? `the file that ${variable} names` : path;
    throw badInput(
      `The signing key cannot be read from ${where} (${code ?? 'fault'}). Name its file with --key, or put its PEM or path into ${variable}.`,
    );
  }
  const where = file ?? `the file that ${variable} names`;
  return keyOf(parsePem(pem, where), where);
}

function parsePem(pem: string, where: string): KeyObject {
  if (/^-----BEGIN (?:ENCRYPTED )?PUBLIC KEY-----/u.test(pem) || pem.startsWith('ed25519:'))
    throw badInput(
      `${where} holds a public key; to sign, the private one is needed. Name the file that publish keys wrote.`,
    );
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // The cause is left out: it could hold what was read.
    throw badInput(
      pem.includes('ENCRYPTED')
        ? `${where} holds an encrypted key. Decrypt it for the time of publishing: openssl pkey -in FILE -out PLAIN`
        : `${where} holds no private key as PEM (-----BEGIN PRIVATE KEY-----). Name the file that publish keys wrote.`,
    );
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw badInput(
      `${where} holds a key of the kind ${key.asymmetricKeyType ?? 'secret'}; channels are signed with Ed25519. Make one with: querent-trainer publish keys --out FILE`,
    );
  return key;
}

function keyOf(privateKey: KeyObject, from: string): SigningKey {
  const raw = rawPublicKey(createPublicKey(privateKey));
  return { privateKey, publicKey: writePublicKey(raw), keyId: idOf(raw), from };
}

/** The raw key is the end of its DER form (RFC 8410, section 4). */
function rawPublicKey(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'spki' }).subarray(-32);
}

function idOf(raw: Uint8Array): string {
  return keyIdOf(createHash('sha256').update(raw).digest());
}

/** Signs the bytes of channel.json. @returns the text of channel.json.sig */
export function signChannel(channel: string | Uint8Array, key: SigningKey): string {
  const signature = sign(null, signedBytes(channel), key.privateKey).toString('base64');
  return writeSignature({ algorithm: 'ed25519', keyId: key.keyId, signature });
}

/** Whose signature it is, and whether it fits. */
export type SignatureJudgement =
  | { readonly fits: true; readonly signature: ChannelSignature }
  /** `form`: it is no signature. `key`: of another key. `content`: channel.json is not what was signed. */
  | { readonly fits: false; readonly cause: 'form' | 'key' | 'content'; readonly message: string };

/**
 * Holds channel.json.sig against channel.json.
 * @param publicKey `ed25519:...`
 * @throws CliError (exit code 2) when that is no key
 */
export function verifyChannel(
  channel: Uint8Array,
  signatureFile: Uint8Array,
  publicKey: string,
): SignatureJudgement {
  const trusted = trustedKey(publicKey);
  const reading = readSignature(signatureFile);
  const [problem] = reading.problems;
  if (reading.value === undefined)
    return { fits: false, cause: 'form', message: problem?.message ?? 'channel.json.sig cannot be read.' };
  const { keyId } = reading.value;
  if (keyId !== trusted.id)
    return {
      fits: false,
      cause: 'key',
      message: `The channel is signed with the key ${keyId}, and this is the key ${trusted.id}.`,
    };
  return trusted.fits(channel, reading.value)
    ? { fits: true, signature: reading.value }
    : {
        fits: false,
        cause: 'content',
        message: 'The signature does not fit: channel.json is not what the holder of the key signed.',
      };
}

/** Read and asked by the code of the editor, so that what is verified here is verified there. */
function trustedKey(publicKey: string): ReturnType<typeof readKey> {
  try {
    return readKey(publicKey);
  } catch (error) {
    if (error instanceof CheckpointError) throw badInput(error.message, error);
    throw error;
  }
}
