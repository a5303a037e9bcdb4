package dev.samdan.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;

/**
 * Lets in who knows the secret, by a request's head alone: no byte of a stranger's body is kept.
 */
final class AdminDoor extends ChannelInboundHandlerAdapter {
  private final byte[] authorization;
  private boolean refused;

  AdminDoor(String secret) {
    this.authorization = ("Bearer " + secret).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request && !knows(request)) {
      refused = true;
      AdminHandler.reply(
          ctx,
          401,
          Map.of("error", "the edge's admin address needs the secret of " + AdminFile.NAME));
    }
    if (refused) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private boolean knows(HttpRequest request) {
    String given = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    return MessageDigest.isEqual(given.getBytes(StandardCharsets.US_ASCII), authorization);
  }
}
