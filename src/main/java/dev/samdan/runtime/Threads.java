package dev.samdan.runtime;

import java.util.List;

/** Work done side by side. */
final class Threads {
  private Threads() {}

  /** Waits for all of them, interrupted or not. */
  static void joinAll(List<Thread> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
