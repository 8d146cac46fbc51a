import type { ControlHandler } from "../control/control-routes";
import type { Route } from "../http/router";
import type { Faults } from "./faults";

/** The control plane's calls about faults. */
export function faultRoutes(faults: Faults): Route<ControlHandler>[] {
  const path = "/_emulator/faults";
  const settle = (verdict: "release" | "drop", does: string): Route<ControlHandler> => ({
    method: "POST",
    path: `${path}/:id/${verdict}`,
    handle: {
      does,
      answer(call) {
        void faults.settle(Number(call.params["id"]), verdict);
        return { status: 204 };
      },
    },
  });
  return [
    {
      method: "GET",
      path,
      handle: {
        does: "the active faults, and how often each was injected",
        answer: () => ({ status: 200, body: { faults: faults.list() } }),
      },
    },
    {
      method: "POST",
      path,
      handle: {
        does: "{kind, …} or a list: add faults",
        answer: (call) => ({ status: 201, body: { faults: faults.add(call.json()) } }),
      },
    },
    {
      method: "DELETE",
      path,
      handle: {
        does: "remove all faults; held requests continue",
        answer() {
          void faults.clear();
          return { status: 204 };
        },
      },
    },
    {
      method: "DELETE",
      path: `${path}/:id`,
      handle: {
        does: "remove one fault; requests that it holds continue",
        answer(call) {
          void faults.remove(Number(call.params["id"]));
          return { status: 204 };
        },
      },
    },
    settle("release", "continue the requests that a hold has stopped"),
    settle("drop", "close the connections of the requests that a hold has stopped"),
  ];
}
