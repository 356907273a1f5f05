// One entry an island: a file right in src. The portal finds the built files through the manifest (app/base/assets.py).
import { readdirSync } from "node:fs";
import { defineConfig } from "vite";

const entries = readdirSync("src").filter((name) => /\.tsx?$/.test(name)).map((name) => `src/${name}`);

export default defineConfig({
  base: "/static/dist/",
  build: {
    outDir: "../static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { input: entries },
  },
});
