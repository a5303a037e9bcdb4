package dev.samdan.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The relays that are bound. An address that this machine does not have yet, such as a bridge's, is
 * tried again until it has it.
 */
final class Relays {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final Transport transport;
  private final Map<Relay, Channel> bound = new HashMap<>();
  private List<Relay> wanted = List.of();

  Relays(Transport transport) {
    this.transport = transport;
  }

  /** Binds what is new, closes what is gone; connections that are open stay. */
  synchronized void follow(List<Relay> relays) {
    wanted = relays;
    bound
        .entrySet()
        .removeIf(each -> {
          boolean gone = !relays.contains(each.getKey());
          if (gone) {
            each.getValue().close().awaitUninterruptibly();
          }
          return gone;
        });
    bindUnbound();
  }

  /** Tries what is not bound. */
  synchronized void bindUnbound() {
    for (Relay relay : wanted) {
      if (!bound.containsKey(relay)) {
        ChannelFuture binding = bind(relay);
        if (binding.isSuccess()) {
          bound.put(relay, binding.channel());
        }
      }
    }
  }

  /** What is not bound, as text. */
  synchronized List<String> problems() {
    return wanted.stream()
        .filter(relay -> !bound.containsKey(relay))
        .map(relay ->
            "relay to "
                + relay.toHost()
                + ":"
                + relay.toPort()
                + ": cannot listen on "
                + relay.address()
                + " yet")
        .toList();
  }

  private ChannelFuture bind(Relay relay) {
    return transport
        .server()
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                connect(relay, channel);
              }
            })
        .bind(relay.host(), relay.port())
        .awaitUninterruptibly();
  }

  private void connect(Relay relay, SocketChannel client) {
    transport
        .client(CONNECT)
        .group(client.eventLoop())
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel target) {
                target.pipeline().addLast(new RelaySide(client));
              }
            })
        .connect(relay.toHost(), relay.toPort())
        .addListener((ChannelFuture connecting) -> {
          if (connecting.isSuccess() && client.isActive()) {
            client.pipeline().addLast(new RelaySide(connecting.channel()));
            client.read();
            connecting.channel().read();
          } else {
            client.close();
            connecting.channel().close();
          }
        });
  }

  /** Accepts nothing any more. */
  synchronized void close() {
    follow(List.of());
  }
}
