/** The release that is downloaded or built. tools/pulumi-cli/go.mod has the same version. */
export const PINNED = "3.259.0";

/** The oldest `pulumi` on PATH that is accepted: the SDK release that this package is tested with. */
export const OLDEST = "3.248.0";

const VERSION = /^v?(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** The version in the output of `pulumi version`, without v and build metadata; undefined if there is none. */
export function versionIn(output: string): string | undefined {
  const line = output.split(/\r?\n/).find((candidate) => VERSION.test(candidate.trim()));
  return line?.trim().replace(/^v|\+.*$/g, "");
}

/** Why a version cannot be used; undefined if it can. */
export function refusal(version: string): string | undefined {
  const [major, minor, patch, early] = parts(version);
  const [oldMajor, oldMinor, oldPatch] = parts(OLDEST);
  if (major > oldMajor) return `is ${version}, and the Node SDK of this package supports only ${oldMajor}.x`;
  const ahead = major - oldMajor || minor - oldMinor || patch - oldPatch;
  const old = ahead < 0 || (ahead === 0 && early);
  return old ? `is ${version}, older than ${OLDEST}` : undefined;
}

function parts(version: string): [number, number, number, boolean] {
  const found = VERSION.exec(version);
  if (!found) throw new Error(`"${version}" is not a version: pass what versionIn() returned`);
  return [Number(found[1]), Number(found[2]), Number(found[3]), found[4] !== undefined];
}
