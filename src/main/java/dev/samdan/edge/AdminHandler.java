package dev.samdan.edge;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.util.Map;

/**
 * What control asks: {@code PUT /table}, {@code GET /status} and, without traffic, {@code GET
 * /state}; one request a connection. Who may ask is {@link AdminDoor}'s matter.
 */
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private final EdgeServer server;

  AdminHandler(EdgeServer server) {
    this.server = server;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    ctx.pipeline().remove(ReadTimeoutHandler.class);
    byte[] body = ByteBufUtil.getBytes(request.content());
    String what = request.method() + " " + request.uri();
    // Loading a site takes a while and requests must not wait for it.
    Thread.ofVirtual().start(() -> serve(ctx, what, body));
  }

  private void serve(ChannelHandlerContext ctx, String what, byte[] body) {
    try {
      switch (what) {
        case "PUT /table" -> reply(ctx, 200, server.apply(Json.read(body, RoutingTable.class)));
        case "GET /status" -> reply(ctx, 200, server.status(true));
        case "GET /state" -> reply(ctx, 200, server.status(false));
        default -> reply(ctx, 404, Map.of("error", "no " + what + " at the edge's admin address"));
      }
    } catch (PlatformException e) {
      reply(ctx, e.code().httpStatus(), Map.of("error", e.text()));
    } catch (RuntimeException | Error e) {
      reply(ctx, 500, Map.of("error", e.toString()));
    }
  }

  static void reply(ChannelHandlerContext ctx, int status, Object value) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.wrappedBuffer(Json.bytes(value)));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
        .set(HttpHeaderNames.CONNECTION, "close");
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
