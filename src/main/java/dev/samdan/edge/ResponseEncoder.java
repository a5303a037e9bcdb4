package dev.samdan.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Netty's encoder for answers that pass through; what is bytes already passes untouched. */
final class ResponseEncoder extends HttpResponseEncoder {
  private boolean answersHead;

  /** Whether the answers from here on are to HEAD, which never has content. */
  void answersHead(boolean head) {
    answersHead = head;
  }

  @Override
  public boolean acceptOutboundMessage(Object message) throws Exception {
    return !(message instanceof ByteBuf)
        && !(message instanceof FileRegion)
        && super.acceptOutboundMessage(message);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    return answersHead || super.isContentAlwaysEmpty(response);
  }
}
