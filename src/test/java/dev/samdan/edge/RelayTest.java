package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelayTest {
  @TempDir Path home;
  private TestEdge edge;
  private ServerSocket target;

  @BeforeEach
  void listen() throws IOException {
    edge = TestEdge.start(home);
    target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    target.close();
    edge.close();
  }

  private Edge.Applied relay(int port) {
    RoutingTable table = edge.table();
    return edge.client.apply(
        new RoutingTable(
            table.generation(),
            table.version(),
            table.listeners(),
            table.targetGroups(),
            table.sites(),
            List.of(new Relay("127.0.0.2", port, "127.0.0.1", target.getLocalPort()))));
  }

  @Test
  void bytes_pass_both_ways_whole_and_an_end_ends_the_other() throws Exception {
    relay(target.getLocalPort());
    byte[] much = new byte[3 << 20];
    new Random(7).nextBytes(much);
    try (Socket client = new Socket("127.0.0.2", target.getLocalPort());
        Socket server = target.accept()) {
      Thread sending = send(client, much);
      assertThat(server.getInputStream().readNBytes(much.length)).isEqualTo(much);
      sending.join();
      Thread answering = send(server, much);
      assertThat(client.getInputStream().readNBytes(much.length)).isEqualTo(much);
      answering.join();

      client.close();

      assertThat(server.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void a_target_that_does_not_listen_closes_the_connection() throws Exception {
    int port = target.getLocalPort();
    relay(port);
    target.close();
    try (Socket client = new Socket("127.0.0.2", port)) {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void an_address_that_is_taken_is_told_and_tried_until_it_is_free() throws Exception {
    int port = target.getLocalPort();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.2"))) {
      assertThat(relay(taken.getLocalPort()).problems()).anyMatch(p -> p.contains("127.0.0.2"));
    }
    await()
        .ignoreExceptions()
        .untilAsserted(() -> {
          try (Socket client = new Socket("127.0.0.2", port)) {
            assertThat(client.isConnected()).isTrue();
          }
        });
  }

  private static Thread send(Socket socket, byte[] bytes) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }
}
