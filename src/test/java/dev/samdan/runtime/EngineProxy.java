package dev.samdan.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The engine's socket behind another one, which can be taken away as when the engine ends. */
final class EngineProxy implements AutoCloseable {
  private final Path socket;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private ServerSocketChannel server;

  EngineProxy(Path folder) {
    this.socket = folder.resolve("engine.sock");
    comeBack();
  }

  Map<String, String> environment() {
    return Map.of("DOCKER_HOST", "unix://" + socket);
  }

  void comeBack() {
    try {
      Files.deleteIfExists(socket);
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofPlatform().daemon().start(() -> accept(server));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void goAway() {
    try {
      server.close();
      Files.deleteIfExists(socket);
      for (SocketChannel channel : open) {
        channel.close();
      }
      open.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocketChannel from) {
    try {
      while (true) {
        SocketChannel client = from.accept();
        SocketChannel engine =
            SocketChannel.open(UnixDomainSocketAddress.of("/var/run/docker.sock"));
        open.add(client);
        open.add(engine);
        Thread.ofPlatform().daemon().start(() -> pass(client, engine));
        Thread.ofPlatform().daemon().start(() -> pass(engine, client));
      }
    } catch (IOException e) {
      return; // It was closed.
    }
  }

  private void pass(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try (from;
        to) {
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
    } catch (IOException e) {
      return; // Either end closed it.
    } finally {
      open.remove(from);
    }
  }

  @Override
  public void close() {
    goAway();
  }
}
