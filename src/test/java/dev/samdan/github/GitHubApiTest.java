package dev.samdan.github;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.samdan.github.GitHubApi.Answer;
import dev.samdan.github.GitHubApi.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class GitHubApiTest {
  @Test
  void an_answer_that_stalls_in_its_body_is_given_up() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    try (GitHubApi api = new GitHubApi(Duration.ofSeconds(1))) {
      String root = "http://127.0.0.1:" + server.getAddress().getPort();
      assertThat(api.send(root, Request.get("/", "token")))
          .isEqualTo(new Answer.Later("no whole answer within 1 seconds", Duration.ZERO));
    } finally {
      over.countDown();
      server.stop(0);
    }
  }
}
