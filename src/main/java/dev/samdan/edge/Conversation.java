package dev.samdan.edge;

import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a connection and their answers, one after the other, however many requests are
 * sent ahead. Reads only what it can pass on, and always enough to notice that the client is gone.
 */
final class Conversation {
  private final FrontConnection connection;
  private final EdgeCore core;
  private final SocketChannel channel;
  private final ArrayDeque<HttpObject> inbound = new ArrayDeque<>();
  private @Nullable ProxyExchange exchange;
  private boolean bodyEnded = true;
  private boolean bodyBroken;
  private boolean proceeding;
  private boolean over;

  Conversation(FrontConnection connection) {
    this.connection = connection;
    this.core = connection.core();
    this.channel = connection.channel();
  }

  FrontConnection connection() {
    return connection;
  }

  /** The request that a target is answering; null where there is none. */
  @Nullable ProxyExchange exchange() {
    return exchange;
  }

  /** Whether the next message is a request's head. */
  boolean isBetweenRequests() {
    return exchange == null && bodyEnded;
  }

  // ---- requests in

  void arrived(HttpObject message) {
    inbound.add(message);
    proceed();
  }

  /** Goes on with what was read, as far as the exchange, the target and the client take it. */
  void proceed() {
    if (proceeding || over) {
      return;
    }
    proceeding = true;
    boolean more = true;
    while (more) {
      more = step();
    }
    proceeding = false;
    ProxyExchange current = exchange;
    if (current != null) {
      current.flushRequest();
    }
    readOn();
  }

  /** Reads where nothing waits here. */
  void readOn() {
    if (inbound.isEmpty() && !over) {
      channel.read();
    }
  }

  private boolean step() {
    HttpObject next = inbound.peek();
    ProxyExchange current = exchange;
    if (next == null
        || (isBetweenRequests() && !connection.isLingering() && !channel.isWritable())) {
      return false;
    }
    if (current != null && (bodyEnded || !current.wantsBody())) {
      return false;
    }
    inbound.remove();
    if (connection.isLingering()) {
      ReferenceCountUtil.release(next);
    } else if (isBetweenRequests()) {
      begin(next);
    } else {
      bodyPart(next, current);
    }
    return true;
  }

  private void bodyPart(HttpObject part, @Nullable ProxyExchange current) {
    bodyEnded = part instanceof LastHttpContent;
    bodyBroken |= part.decoderResult().isFailure();
    if (current != null && part instanceof HttpContent content) {
      current.requestPart(content);
      return;
    }
    ReferenceCountUtil.release(part);
    if (bodyBroken) {
      connection.end(true);
    } else if (bodyEnded) {
      connection.awaitNext();
    }
  }

  private void begin(HttpObject head) {
    if (!(head instanceof HttpRequest message)) {
      ReferenceCountUtil.release(head);
      return;
    }
    bodyEnded = false;
    connection.headArrived();
    switch (RequestCheck.check(message)) {
      case RequestCheck.Refused refused -> connection.refuse(refused.status(), refused.message());
      case RequestCheck.Accepted accepted -> route(new Request(message, accepted));
    }
  }

  private void route(Request request) {
    switch (core.routes().match(connection.listener().address(), request.host(), request.path())) {
      case null -> {
        String what = "Nothing is served at " + request.host() + request.path() + ".";
        String remedy = "Check the address; samdan status lists what is served.";
        answer(request, Answer.problem(404, what, remedy, request.isNavigation()), "-");
      }
      case Routes.ToText text -> answer(request, Answer.of(text.text()), "-");
      case Routes.ToSite site -> new SiteExchange(this, request, site.release()).answer();
      case Routes.ToGroups groups -> {
        ProxyExchange started = new ProxyExchange(this, request);
        exchange = started;
        connection.answersHead(request.isHead());
        started.start(groups);
      }
    }
  }

  // ---- answers out

  /** Whether the connection serves on after this request's answer. */
  boolean keepsAlive(Request request) {
    return request.wantsKeepAlive()
        && !bodyBroken
        && !core.isStopping()
        && connection.listener().isOpen();
  }

  /** A target could not serve; counted with it and its group where one was tried. */
  void failed(
      Request request,
      int status,
      String what,
      String remedy,
      @Nullable Group group,
      @Nullable TargetState target) {
    Answer answer = Answer.problem(status, what, remedy, request.isNavigation());
    String label = target == null ? "-" : target.label();
    answer(
        request,
        answer,
        label,
        group == null ? null : group.series(),
        target == null ? null : target.series());
  }

  /**
   * Answers at once; a body that is still to come is read and dropped, or ends the connection where
   * it is large.
   */
  void answer(Request request, Answer answer, String label, @Nullable Series... series) {
    boolean keep = keepsAlive(request) && (bodyEnded || request.bodyIsSmall());
    byte[] date = connection.worker().dateLine();
    channel.write(
        answer.encode(channel.alloc(), date, request.connectionLine(keep), request.isHead()));
    record(request, answer.status(), request.isHead() ? 0 : answer.body().length, label, series);
    answered(keep);
  }

  /** The current request's answer was written whole. */
  void answered(boolean keep) {
    exchange = null;
    if (!keep) {
      connection.end(!bodyEnded || bodyBroken || !inbound.isEmpty());
      return;
    }
    channel.flush();
    if (bodyEnded) {
      connection.awaitNext();
    }
    proceed();
  }

  /** Counts and logs a request that has its answer. */
  void record(Request request, int status, long bytes, String label, @Nullable Series... series) {
    core.record(connection.listener(), connection.client(), request, status, bytes, label, series);
  }

  // ---- ends

  /** Nobody waits for an answer any more. */
  void forgetExchange() {
    exchange = null;
  }

  /** The client is gone. */
  void gone() {
    ProxyExchange current = exchange;
    close();
    if (current != null) {
      current.clientGone();
    }
  }

  /** No request comes or goes here any more. */
  void close() {
    exchange = null;
    over = true;
    for (HttpObject waiting = inbound.poll(); waiting != null; waiting = inbound.poll()) {
      ReferenceCountUtil.release(waiting);
    }
  }
}
