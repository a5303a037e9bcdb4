package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bodies of random sizes, framings and splits arrive as they were sent, both ways, on connections
 * that are used again.
 */
class BodiesTest {
  private static final int CLIENTS = 6;
  private static final int REQUESTS = 60;

  @TempDir Path home;

  @Test
  void bodies_arrive_whole_whatever_their_size_and_framing() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("BodiesTest seed " + seed);
    // Answers with the body it got, framed as the query asks.
    try (TestTarget target =
            TestTarget.http(exchange -> {
              byte[] body = exchange.getRequestBody().readAllBytes();
              boolean chunked = exchange.getRequestURI().getQuery().equals("chunked");
              exchange.sendResponseHeaders(200, chunked ? 0 : body.length == 0 ? -1 : body.length);
              try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
              }
            });
        TestEdge edge = TestEdge.start(home).proxyTo(target.port);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(seed + i);
        all.add(clients.submit(() -> exchangeBodies(edge, random)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private static void exchangeBodies(TestEdge edge, Random random) {
    try (RawClient client = edge.connect()) {
      for (int i = 0; i < REQUESTS; i++) {
        byte[] body = new byte[size(random)];
        random.nextBytes(body);
        boolean chunked = random.nextBoolean();
        String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length;
        String head =
            "POST /echo?"
                + (random.nextBoolean() ? "chunked" : "sized")
                + " HTTP/1.1\r\nHost: a\r\n"
                + framing
                + "\r\n\r\n";
        byte[] message = message(head, chunked ? chunks(body, random) : body);
        // The answer streams back while the request is still being written.
        Thread writer =
            Thread.ofVirtual().start(() -> writeInPieces(client, message, new Random(body.length)));
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(Digest.of(answer.body())).isEqualTo(Digest.of(body));
        join(writer);
      }
    }
  }

  private static int size(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> 1 + random.nextInt(10);
      case 2 -> 65_530 + random.nextInt(12);
      case 3 -> random.nextInt(2 << 20);
      default -> random.nextInt(20_000);
    };
  }

  private static byte[] message(String head, byte[] body) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    all.writeBytes(body);
    return all.toByteArray();
  }

  private static byte[] chunks(byte[] body, Random random) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; ) {
      int size = Math.min(body.length - at, 1 + random.nextInt(40_000));
      all.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      all.write(body, at, size);
      all.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      at += size;
    }
    all.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return all.toByteArray();
  }

  private static void writeInPieces(RawClient client, byte[] message, Random random) {
    try {
      OutputStream out = client.socket().getOutputStream();
      for (int at = 0; at < message.length; ) {
        int size =
            Math.min(message.length - at, 1 + random.nextInt(random.nextBoolean() ? 64 : 100_000));
        out.write(message, at, size);
        out.flush();
        at += size;
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
