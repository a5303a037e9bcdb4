package dev.samdan.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Netty's strict request decoder, which also tells when bytes arrive, since a slow head is no
 * message yet.
 */
final class RequestDecoder extends HttpRequestDecoder {
  private final Runnable onBytes;

  RequestDecoder(Limits limits, Runnable onBytes) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.requestLine())
            .setMaxHeaderSize(limits.headers())
            .setMaxChunkSize(64 << 10)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
    this.onBytes = onBytes;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    onBytes.run();
    super.channelRead(ctx, message);
  }

  /** Whether a part of a message waits here for its rest. */
  boolean holdsPart() {
    return actualReadableBytes() > 0;
  }
}
