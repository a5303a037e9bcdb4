package dev.samdan.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.net.ConnectException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Asks a target once whether it serves, on a connection of its own. */
final class HealthProbe {
  private final Transport transport;
  private final EventLoop loop;
  private final TargetState target;
  private final HealthCheck check;
  private final BiConsumer<Boolean, String> outcome;
  private boolean told;

  /** {@code outcome} is told once, on the loop: whether it serves, and what it answered. */
  HealthProbe(
      Transport transport,
      EventLoop loop,
      TargetState target,
      HealthCheck check,
      BiConsumer<Boolean, String> outcome) {
    this.transport = transport;
    this.loop = loop;
    this.target = target;
    this.check = check;
    this.outcome = outcome;
  }

  void start() {
    Bootstrap bootstrap =
        transport
            .client(check.timeout())
            .group(loop)
            .option(io.netty.channel.ChannelOption.AUTO_READ, true)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new HttpClientCodec(), new Reader());
                  }
                });
    Channel channel =
        bootstrap
            .connect(target.address())
            .addListener(done -> {
              if (!done.isSuccess()) {
                tell(false, describe(done.cause()));
              }
            })
            .channel();
    var timeout =
        loop.schedule(
            () -> {
              tell(false, "no answer within " + seconds());
              channel.close();
            },
            check.timeout().toMillis(),
            TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> timeout.cancel(false));
  }

  private String seconds() {
    long millis = check.timeout().toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }

  private void tell(boolean serves, String answer) {
    if (!told) {
      told = true;
      outcome.accept(serves, answer);
    }
  }

  private final class Reader extends SimpleChannelInboundHandler<HttpObject> {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      DefaultFullHttpRequest request =
          new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, check.path());
      request
          .headers()
          .set(HttpHeaderNames.HOST, target.key().host() + ":" + target.key().port())
          .set(HttpHeaderNames.USER_AGENT, "samdan-health-check")
          .set(HttpHeaderNames.ACCEPT, "*/*")
          .set(HttpHeaderNames.CONNECTION, "close");
      ctx.writeAndFlush(request);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
      if (message.decoderResult().isFailure()) {
        tell(false, "an answer that is not HTTP");
        ctx.close();
      } else if (message instanceof HttpResponse response && response.status().code() >= 200) {
        int status = response.status().code();
        tell(matches(check.matcher(), status), Integer.toString(status));
        ctx.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      tell(false, "the connection was closed without an answer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      tell(false, describe(cause));
      ctx.close();
    }
  }

  /** Whether a status is one of {@code 200,204,300-399}. */
  static boolean matches(String matcher, int status) {
    for (String part : matcher.split(",")) {
      int dash = part.indexOf('-');
      int low = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
      int high = Integer.parseInt(dash < 0 ? part : part.substring(dash + 1));
      if (status >= low && status <= high) {
        return true;
      }
    }
    return false;
  }

  /** A failure to connect or read, in words. */
  static String describe(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return switch (cause) {
      case ConnectTimeoutException e -> "no connection in time";
      case ConnectException e when message.toLowerCase(Locale.ROOT).contains("refused") ->
          "connection refused";
      default -> message.lines().findFirst().orElse(cause.getClass().getSimpleName());
    };
  }
}
