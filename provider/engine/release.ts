import { PINNED } from "./version";

/** An archive of the official release, and its checksum. */
export interface Release {
  url: string;
  /** In hexadecimal. */
  sha256: string;
}

const archive = (platform: string, sha256: string): [string, Release] => [
  platform,
  {
    url: `https://github.com/pulumi/pulumi/releases/download/v${PINNED}/pulumi-v${PINNED}-${platform}.tar.gz`,
    sha256,
  },
];

/** By platform and architecture. Source: Pulumi's Homebrew formula of this version (github.com/pulumi/homebrew-tap). */
export const RELEASES: Readonly<Record<string, Release>> = Object.fromEntries([
  archive("darwin-arm64", "57c27f179e527e2cf9f62b841a448af72a020e44b2fb4ee0d9bd85556c00c864"),
  archive("darwin-x64", "eaca4c3b8277bfa3ab061fa3b270d1c66358a0b2e613da8c5587a04b7226c534"),
  archive("linux-arm64", "edc8327463a72160bb36cf82cf5062da9c8a244290a706d9980988e7bf486853"),
  archive("linux-x64", "94ba357acac23d01474084c4b00098dc0f7bc70ce13f34c777459254a5f718e5"),
]);
