// Compiles our styles and lays everything that the pages load into build/static.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { compile } from "sass";

const out = "build/static";
const nhsuk = "node_modules/nhsuk-frontend/dist/nhsuk";

await rm(out, { recursive: true, force: true });
await mkdir(`${out}/css`, { recursive: true });
await mkdir(`${out}/js`, { recursive: true });

const styles = compile("static/scss/main.scss", {
  style: "compressed",
  loadPaths: [nhsuk, "node_modules"],
  quietDeps: true,
});
await writeFile(`${out}/css/main.css`, styles.css);

await cp(`${nhsuk}/assets/images`, `${out}/nhsuk/images`, { recursive: true });
// The map that the bundle names is not served: naming it would stop the manifest.
const bundle = await readFile(`${nhsuk}/nhsuk-frontend.min.js`, "utf8");
await writeFile(`${out}/js/nhsuk-frontend.js`, bundle.replace(/\/\/# sourceMappingURL=.*\s*$/, ""));
await cp("static/js", `${out}/js`, { recursive: true });
await cp("static/images", `${out}/images`, { recursive: true });
