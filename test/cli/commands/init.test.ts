import { execFileSync } from "node:child_process";
import fs, { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { parse } from "yaml";
import { projectOf } from "../../../provider/cli/project/project";
import { ALWAYS, DRIFT, filesBelow, GITHUB, GITLAB, OWN, ROOT, Written } from "../written";

const repo = Written.each();

describe("init writes", () => {
  test.each([
    [[], [DRIFT, GITHUB]],
    [
      ["--ci", "github"],
      [DRIFT, GITHUB],
    ],
    [["--ci", "gitlab"], [GITLAB]],
    [["--ci", "none"], []],
  ])("with %j a whole repository, a line for each file", async (args, pipeline) => {
    const printed = await repo.run(...args);
    expect(filesBelow(repo.folder)).toEqual([...ALWAYS, ...pipeline].sort());
    const written = printed.split("\n\n")[0]!.split("\n");
    expect(written.sort()).toEqual([...ALWAYS, ...pipeline].map((file) => `wrote ${file}`).sort());
  });

  test("every template, and leaves no mark in it", async () => {
    await repo.run();
    await repo.run("--ci", "gitlab");
    const stored = filesBelow(join(ROOT, "templates"));
    expect(
      filesBelow(repo.folder)
        .map((file) => file.replace(/^\./, ""))
        .sort(),
    ).toEqual(stored);
    for (const file of filesBelow(repo.folder)) expect(repo.read(file)).not.toMatch(/__[A-Z]+__/);
    const listed = JSON.parse(
      execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
        cwd: ROOT,
        encoding: "utf8",
      }),
    );
    const packed: string[] = Object.values<{ files: { path: string }[] }>(listed).flatMap(({ files }) =>
      files.map(({ path }) => path),
    );
    expect(packed.filter((path) => path.startsWith("templates/")).sort()).toEqual(
      stored.map((file) => `templates/${file}`),
    );
  });

  test("what stands in examples/gitops, which is made by it", async () => {
    await repo.run("--name", "search-triggers");
    const example = join(ROOT, "examples/gitops");
    expect(filesBelow(example)).toEqual(filesBelow(repo.folder));
    for (const file of filesBelow(example))
      expect([file, readFileSync(join(example, file), "utf8")]).toEqual([file, repo.read(file)]);
  });

  test("and says what comes next", async () => {
    const printed = await repo.run();
    expect(printed).toContain("\n  npm install\n  npx mixpeek-triggers validate --all-envs\n");
    expect(printed).toContain(`\n  cd ${repo.folder}\n`);
    expect(printed).not.toContain("top of the git repository");
  });

  test("into the folder it runs in, when none is named", async () => {
    mkdirSync(repo.folder);
    const before = process.cwd();
    process.chdir(repo.folder);
    try {
      const printed = await repo.run("--dir", ".");
      expect(printed).not.toContain("  cd ");
      expect(projectOf(repo.folder, {}, { environment: "environments/dev.yaml" }).name).toBe("acme-triggers");
    } finally {
      process.chdir(before);
    }
    expect(filesBelow(repo.folder)).toEqual([...ALWAYS, GITHUB, DRIFT].sort());
  });

  test("nothing through a link that leads out of the folder's repository", async () => {
    const elsewhere = `${repo.folder}-elsewhere`;
    mkdirSync(elsewhere);
    mkdirSync(repo.folder, { recursive: true });
    symlinkSync(elsewhere, join(repo.folder, "triggers"));
    await expect(repo.run()).rejects.toMatchObject({ code: "LINK_REFUSED" });
    expect(filesBelow(elsewhere)).toEqual([]);
  });

  test("below the top of a git repository, with a word on the workflow", async () => {
    mkdirSync(join(repo.above, ".git"));
    expect(await repo.run()).toContain(
      `move ${GITHUB} and ${DRIFT} there, and make the pipeline run in this folder`,
    );
    expect(await repo.run("--ci", "none")).not.toContain("top of the git repository");
  });
});

describe("init keeps", () => {
  test("everything on a second run", async () => {
    await repo.run();
    const before = repo.snapshot();
    const printed = await repo.run();
    expect(printed.split("\n\n")[0]!.split("\n").sort()).toEqual(
      [...ALWAYS, GITHUB, DRIFT].map((file) => `kept ${file}`).sort(),
    );
    expect(repo.snapshot()).toEqual(before);
    expect(printed).toContain("\n  npm install\n");
  });

  test("what is there already, and says what that lacks", async () => {
    repo.put("triggers/search.yaml", "mine");
    repo.put("package.json", '{ "name": "mine" }');
    repo.put(".gitignore", "node_modules\n");
    const printed = await repo.run();
    expect(repo.read("triggers/search.yaml")).toBe("mine");
    expect(repo.read("package.json")).toBe('{ "name": "mine" }');
    expect(printed).toContain("\nkept triggers/search.yaml\n");
    expect(printed).toContain("\nkept .gitignore: add node_modules/ and .mixpeek/ to it\n");
    expect(printed).toContain("\nkept package.json: the packages are added below\n");
    expect(printed).toContain(
      `\n  npm install --save-dev "pulumi-mixpeek@^${OWN.version}" "@pulumi/pulumi@${OWN.peerDependencies["@pulumi/pulumi"]}"\n`,
    );
    expect(printed).toMatch(/^wrote triggers\/catalog\.yaml$/m);
  });
});

describe("the project", () => {
  test("depends on this version, and on the SDK that it takes", async () => {
    await repo.run();
    const { private: isPrivate, devDependencies } = JSON.parse(repo.read("package.json"));
    expect(isPrivate).toBe(true);
    expect(devDependencies).toEqual({
      "pulumi-mixpeek": `^${OWN.version}`,
      "@pulumi/pulumi": OWN.peerDependencies["@pulumi/pulumi"],
    });
  });

  test.each<[folder: string, args: string[], name: string]>([
    ["acme", [], "acme"],
    ["acme", ["--name", "search.triggers_2"], "search.triggers_2"],
    ["Acme's triggers (new)", [], "Acme-s-triggers-new"],
    ["日本", [], "mixpeek-triggers"],
    ["123", [], "123"],
    ["true", [], "true"],
    ["a".repeat(120), [], "a".repeat(100)],
  ])("of the folder %s with %j is called %s", async (name, args, project) => {
    repo.folder = join(repo.above, name);
    await repo.run(...args);
    expect(parse(repo.read("Pulumi.yaml"))).toMatchObject({ name: project, runtime: "nodejs" });
    expect(repo.read("README.md").split("\n")[0]).toBe(`# ${project}`);
    expect(projectOf(repo.folder, {}, { environment: "environments/prod.yaml" })).toMatchObject({
      name: project,
      stack: "prod",
    });
  });
});

describe("init refuses", () => {
  test.each<[args: string[], message: string]>([
    [["--ci", "travis"], "mixpeek-triggers init: --ci travis is not one of github, gitlab, none."],
    [
      ["--name", "our triggers"],
      'mixpeek-triggers init: --name "our triggers" is not a valid name of a Pulumi project. Use at most 100 letters, digits, -, _ and ., such as our-triggers.',
    ],
    [
      ["--name", ".."],
      'mixpeek-triggers init: --name ".." is not a valid name of a Pulumi project. Use at most 100 letters, digits, -, _ and ., such as mixpeek-triggers.',
    ],
    [
      ["--name", ""],
      'mixpeek-triggers init: --name "" is not a valid name of a Pulumi project. Use at most 100 letters, digits, -, _ and ., such as mixpeek-triggers.',
    ],
    [
      ["--dir", ""],
      'mixpeek-triggers init: --dir "" is empty. Name a folder; it is created if it does not exist.',
    ],
    [["--dirs", "x"], "mixpeek-triggers init: unknown option --dirs. Did you mean --dir?"],
  ])("%j, and writes nothing", async (args, message) => {
    await expect(repo.run(...args)).rejects.toMatchObject({ message, code: "USAGE" });
    expect(existsSync(repo.folder)).toBe(false);
  });

  test("a file as folder, and a folder below one", async () => {
    const file = join(repo.above, "file");
    writeFileSync(file, "mine");
    await expect(repo.run("--dir", file)).rejects.toMatchObject({
      message: `mixpeek-triggers init: --dir "${file}" is a file. Name a folder; it is created if it does not exist.`,
      code: "USAGE",
    });
    await expect(repo.run("--dir", join(file, "below"))).rejects.toMatchObject({
      message: `mixpeek-triggers init: cannot write ${join(file, "below")}: a file is in the place of a folder. Move the file, or choose another folder with --dir; files that are already written are kept [ENOTDIR].`,
      code: "ENOTDIR",
    });
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("to write where a file stands in the way", async () => {
    repo.put("environments", "mine");
    await expect(repo.run()).rejects.toMatchObject({
      message:
        "mixpeek-triggers init: cannot write environments: a file is in the place of a folder. Move the file, or choose another folder with --dir; files that are already written are kept [EEXIST].",
      code: "EEXIST",
    });
    expect(repo.read("environments")).toBe("mine");
  });

  test.each([
    ["EACCES", "you are not allowed to write there. Change its permissions"],
    ["EROFS", "the disk is read-only. Make it writable"],
    ["EMFILE", "too many open files. Fix that"],
  ])("with a word on %s", async (code, reason) => {
    jest.spyOn(fs, "writeFileSync").mockImplementation(() => {
      throw Object.assign(new Error("too many open files"), { code });
    });
    await expect(repo.run()).rejects.toMatchObject({
      message: `mixpeek-triggers init: cannot write triggers/catalog.yaml: ${reason}, or choose another folder with --dir; files that are already written are kept [${code}].`,
      code,
    });
  });
});
