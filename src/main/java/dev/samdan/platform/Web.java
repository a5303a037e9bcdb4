package dev.samdan.platform;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinBindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Control's one HTTP server: checks whom a request was meant for, then hands it to the rooms'
 * routes.
 */
final class Web {
  /** What comes here is known by its signature, under whatever name a tunnel gives this server. */
  private static final String WEBHOOKS = "/hooks/";

  private Web() {}

  /** Starts the server with these routes; a port that is taken is refused with the way out. */
  static Javalin start(Settings settings, Consumer<JavalinConfig> routes) {
    Javalin server =
        Javalin.create(config -> {
          config.startup.showJavalinBanner = false;
          config.concurrency.useVirtualThreads = true;
          config.http.maxRequestSize = 10L << 20;
          config.jetty.host = settings.bind();
          config.jetty.port = settings.port();
          config.routes.before(context -> checkHost(context, settings));
          config.routes.exception(PlatformException.class, (e, context) -> refuse(context, e));
          routes.accept(config);
        });
    try {
      return server.start();
    } catch (JavalinBindException e) {
      throw new PlatformException(
          PlatformException.Code.CONFLICT,
          "port "
              + settings.port()
              + " on "
              + settings.bind()
              + " is taken: stop what listens there, or give another with --port",
          e);
    }
  }

  /** What no room has answered itself, such as a form that came from another site. */
  private static void refuse(Context context, PlatformException e) {
    context
        .status(e.code().httpStatus())
        .contentType("application/json")
        .result(Json.write(Map.of("error", Map.of("code", e.code(), "message", e.text()))));
  }

  /**
   * A page of some other site can make a browser send requests here under a name of its own (DNS
   * rebinding); such a name is not one of ours.
   */
  private static void checkHost(Context context, Settings settings) {
    if (context.path().startsWith(WEBHOOKS)) {
      return;
    }
    String host = context.header("Host");
    if (host == null || !isOurs(withoutPort(host), settings)) {
      context
          .status(421)
          .contentType("application/json")
          .result(
              Json.write(
                  Map.of(
                      "error",
                      Map.of(
                          "code",
                          "INVALID",
                          "message",
                          "this server is not '" + host + "': use " + settings.url()))))
          .skipRemainingHandlers();
    }
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  private static boolean isOurs(String host, Settings settings) {
    if (List.of("localhost", "127.0.0.1", "[::1]", settings.bind()).contains(host)) {
      return true;
    }
    // Bound to every address on purpose: any address literal or this machine's name may be how it
    // is reached.
    return (settings.bind().equals("0.0.0.0") || settings.bind().equals("::"))
        && (host.matches("[0-9.]+|\\[[0-9a-fA-F:]+]") || host.equalsIgnoreCase(machineName()));
  }

  private static String machineName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
