package dev.samdan.database;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A program that starts the engine and is killed. */
final class EngineStarter {
  private EngineStarter() {}

  public static void main(String[] arguments) throws InterruptedException {
    new PostgresEngine(Path.of(arguments[0])).startOrAdopt();
    new CountDownLatch(1).await();
  }
}
