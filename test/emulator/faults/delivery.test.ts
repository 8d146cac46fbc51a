import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, test } from "@jest/globals";
import { cutOff } from "../../../provider/emulator/faults/delivery";

test("a connection is closed even while its end is being sent, as after the client was killed", async () => {
  const server = createServer((request, response) => {
    request.socket.end();
    cutOff(response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const accepted = once(server, "connection");
  const client = connect((server.address() as { port: number }).port, "127.0.0.1");
  client.on("error", () => undefined).write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  const [socket] = (await accepted) as [Socket];
  const errors: Error[] = [];
  socket.on("error", (error) => errors.push(error));
  await once(socket, "close");
  expect(errors).toEqual([]);
  client.destroy();
  await new Promise((done) => server.close(done));
});
