package dev.samdan.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Real bare repositories somewhere else, below a folder, served by git's own {@code http-backend}
 * to whoever shows the token; and a clone from which somebody works.
 */
public final class GitRemote implements AutoCloseable {
  private final Path root;
  private final Path backend;
  private HttpServer server;

  /** What opens it; null for everyone. */
  public volatile @Nullable String token;

  /** How many requests were answered. */
  public final AtomicInteger requests = new AtomicInteger();

  public GitRemote(Path root) {
    this.root = root;
    this.backend =
        Path.of(GitServer.run(root, "git", "--exec-path").orThrow().strip(), "git-http-backend");
    this.server = serve(0);
  }

  private HttpServer serve(int port) {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      http.createContext("/", this::answer);
      http.start();
      return http;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url(String name) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name + ".git";
  }

  /** Makes an empty repository and a clone of it with a person's name. */
  public Path create(String name) {
    Path bare = root.resolve(name + ".git");
    GitServer.run(root, "git", "init", "-q", "--bare", "-b", "main", bare.toString()).orThrow();
    GitServer.run(bare, "git", "config", "uploadpack.allowFilter", "true").orThrow();
    Path clone = root.resolve("work").resolve(name);
    GitServer.run(root, "git", "clone", "-q", bare.toString(), clone.toString()).orThrow();
    GitServer.run(clone, "git", "config", "user.name", "Lee Joon").orThrow();
    GitServer.run(clone, "git", "config", "user.email", "joon@example.com").orThrow();
    return clone;
  }

  /** Commits files to a branch of the clone, and pushes it whatever was there; the commit's id. */
  public String push(String name, String branch, Map<String, String> files) {
    Path clone = root.resolve("work").resolve(name);
    String commit = GitServer.commit(clone, branch, files);
    GitServer.run(clone, "git", "push", "-q", "--force", "origin", branch).orThrow();
    return commit;
  }

  /** Runs git in the clone. */
  public String git(String name, String... arguments) {
    java.util.List<String> command = new java.util.ArrayList<>(java.util.List.of("git"));
    command.addAll(java.util.List.of(arguments));
    return GitServer.run(root.resolve("work").resolve(name), command.toArray(String[]::new))
        .orThrow()
        .strip();
  }

  public Path bare(String name) {
    return root.resolve(name + ".git");
  }

  /** Nobody answers any more. */
  public void goDown() {
    server.stop(0);
  }

  public void comeBack() {
    server = serve(server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    String wanted = token;
    if (wanted != null && !shown(exchange).endsWith(":" + wanted)) {
      exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"GitHub\"");
      exchange.sendResponseHeaders(401, -1);
      exchange.close();
      return;
    }
    try (exchange) {
      runBackend(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String shown(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    return header == null || !header.startsWith("Basic ")
        ? ""
        : new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
  }

  /** The Common Gateway Interface (RFC 3875), as far as git speaks it. */
  private void runBackend(HttpExchange exchange) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(backend.toString());
    Map<String, String> environment = builder.environment();
    environment.put("GIT_PROJECT_ROOT", root.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    environment.put("PATH_INFO", exchange.getRequestURI().getPath());
    environment.put("QUERY_STRING", String.valueOf(exchange.getRequestURI().getQuery()));
    Map<String, String> headers = new HashMap<>();
    headers.put("CONTENT_TYPE", exchange.getRequestHeaders().getFirst("Content-Type"));
    headers.put("HTTP_CONTENT_ENCODING", exchange.getRequestHeaders().getFirst("Content-Encoding"));
    headers.put("GIT_PROTOCOL", exchange.getRequestHeaders().getFirst("Git-Protocol"));
    headers.forEach((name, value) -> {
      if (value != null) {
        environment.put(name, value);
      }
    });
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (OutputStream out = process.getOutputStream()) {
      exchange.getRequestBody().transferTo(out);
    } catch (IOException e) {
      // It may have read enough.
    }
    InputStream in = new BufferedInputStream(process.getInputStream());
    int status = 200;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String[] header = line.split(": ", 2);
      if (header[0].equalsIgnoreCase("Status")) {
        status = Integer.parseInt(header[1].substring(0, 3));
      } else {
        exchange.getResponseHeaders().add(header[0], header[1]);
      }
    }
    exchange.sendResponseHeaders(status, 0);
    in.transferTo(exchange.getResponseBody());
    int _ = process.waitFor();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
