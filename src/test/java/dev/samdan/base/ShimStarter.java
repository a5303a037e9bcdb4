package dev.samdan.base;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A program that starts a shim and is killed. */
final class ShimStarter {
  private ShimStarter() {}

  public static void main(String[] arguments) throws InterruptedException {
    Path folder = Path.of(arguments[0]);
    String script =
        "while [ ! -e '"
            + folder.resolveSibling("go")
            + "' ]; do sleep 0.02; done; echo went on; exit 9";
    Map<String, String> environment = Map.of("PATH", "/usr/bin:/bin");
    Shim.start(
        new ShimSpec(
            folder, List.of("/bin/sh", "-c", script), folder.getParent(), environment, 1000, 0));
    new java.util.concurrent.CountDownLatch(1).await();
  }
}
