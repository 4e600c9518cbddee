// Imports one of the pages' scripts, which the browser takes as modules by their place.
import { readFile } from "node:fs/promises";

const STATIC = new URL("../../services/gateway/static/", import.meta.url);

export async function module(path) {
  const source = await readFile(new URL(path, STATIC), "utf8");
  return import(`data:text/javascript,${encodeURIComponent(source)}`);
}
