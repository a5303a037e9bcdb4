package dev.samdan.deploy;

/** A file that the pipeline names is not in its artifact (yet): worth another attempt. */
final class NotYetThere extends Exception {
  NotYetThere(String message) {
    super(message);
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
