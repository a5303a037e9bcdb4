package dev.samdan.registry.aws;

import dev.samdan.identity.Access;

/**
 * Who signed a request.
 *
 * @param region that the request was signed for
 */
record Caller(String accessKeyId, String region, Access access) {
  /** The account that every name shows; there is one. */
  static final String ACCOUNT = "000000000000";

  String repositoryArn(String repository) {
    return "arn:aws:ecr:" + region + ":" + ACCOUNT + ":repository/" + repository;
  }
}
