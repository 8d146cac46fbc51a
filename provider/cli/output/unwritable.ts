/** By code of the operating system: why a file cannot be written, and what to do. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "you are not allowed to write there. Change its permissions",
  EPERM: "you are not allowed to write there. Change its permissions",
  EROFS: "the disk is read-only. Make it writable",
  ENOSPC: "the disk is full. Free space",
  EDQUOT: "your disk quota is used up. Free space",
  ENOENT: "its folder does not exist. Create the folder",
  EEXIST: "a file is in the place of a folder. Move the file",
  ENOTDIR: "a file is in the place of a folder. Move the file",
  EISDIR: "a folder is in the place of the file. Move the folder",
};

/**
 * The error of a command that cannot write a file or folder, with the operating system's code. `otherwise`: what else
 * the user can do.
 */
export function unwritable(command: string, target: string, cause: unknown, otherwise: string): Error {
  const { code = "UNKNOWN", message } = cause as NodeJS.ErrnoException;
  const reason = REASONS[code] ?? `${message}. Fix that`;
  const text = `mixpeek-triggers ${command}: cannot write ${target}: ${reason}, or ${otherwise} [${code}].`;
  return Object.assign(new Error(text, { cause }), { code });
}
