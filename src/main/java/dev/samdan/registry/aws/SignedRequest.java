package dev.samdan.registry.aws;

import java.util.List;
import java.util.Map;

/**
 * A request as its signature covers it.
 *
 * @param path as it was sent, encoded
 * @param query as it was sent, without the question mark; empty for none
 * @param headers by lower-case name, values in the order they came
 */
record SignedRequest(
    String method, String path, String query, Map<String, List<String>> headers, byte[] body) {
  /** The only value of a header; empty where it is missing. */
  String header(String name) {
    return String.join(",", headers.getOrDefault(name, List.of()));
  }
}
