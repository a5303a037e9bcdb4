package sample;

/** What this build calls itself at /api/version. */
final class Version {
  static final String NAME = "1.0.0";

  private Version() {}
}
