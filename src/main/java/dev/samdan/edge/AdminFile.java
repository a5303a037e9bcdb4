package dev.samdan.edge;

/**
 * How to talk to a running edge; HOME/edge/admin.json, readable by its owner only.
 *
 * @param port on 127.0.0.1
 * @param secret goes along as {@code Authorization: Bearer …}
 */
record AdminFile(int port, String secret) {
  static final String NAME = "admin.json";
}
