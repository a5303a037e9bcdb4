package dev.samdan.deploy;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** People who use an address all the time; remembers every answer that was not a good one. */
final class Load implements AutoCloseable {
  final Set<String> answers = ConcurrentHashMap.newKeySet();
  final List<String> failures = new CopyOnWriteArrayList<>();
  final AtomicInteger requests = new AtomicInteger();
  private final List<Thread> threads;
  private volatile boolean ended;

  Load(String url) {
    this.threads =
        IntStream.range(0, 4).mapToObj(i -> Thread.ofVirtual().start(() -> use(url))).toList();
  }

  private void use(String url) {
    while (!ended) {
      try {
        HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        int status = connection.getResponseCode();
        if (status == 200) {
          answers.add(
              new String(
                  connection.getInputStream().readAllBytes(),
                  java.nio.charset.StandardCharsets.UTF_8));
        } else {
          failures.add(String.valueOf(status));
        }
        requests.incrementAndGet();
      } catch (IOException e) {
        failures.add(e.toString());
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
