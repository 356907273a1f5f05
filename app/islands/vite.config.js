// One entry an island; the portal finds the built files through the manifest (app/base/assets.py).
import { readdirSync } from "node:fs";
import { defineConfig } from "vite";

const entries = readdirSync("src").filter((name) => name.endsWith(".ts")).map((name) => `src/${name}`);

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
