// Prints calibrated points, from the first there ever was: node points.mjs amqp://NAME:SECRET@HOST/
// Needs: npm install amqplib
import amqp from "amqplib";

const connection = await amqp.connect(process.argv[2]);
const channel = await connection.createChannel();
await channel.prefetch(100);
await channel.consume("cpcs.observations", (message) => {
  if (message.properties.type === "observation.recorded.v1") {
    const { frame, magnitude, zero_point: fit } = JSON.parse(message.content.toString());
    console.log([frame.target.ivorn, frame.mjd, magnitude.mag, magnitude.total_err, `${fit.survey}/${fit.band}`].join("\t"));
  }
  channel.ack(message);
}, { arguments: { "x-stream-offset": "first" } });
