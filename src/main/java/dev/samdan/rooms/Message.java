package dev.samdan.rooms;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message as one person reads it.
 *
 * @param text all of it: the sentence, the detail and the link, a line each
 * @param sentence the first line
 * @param detail further lines; empty where there are none
 * @param link the page that it speaks of; empty where there is none
 */
public record Message(
    long id,
    String room,
    Instant at,
    Kind kind,
    @Nullable String application,
    @Nullable String pipeline,
    @Nullable UUID executionId,
    String text,
    String sentence,
    String detail,
    String link,
    Map<String, String> facts) {}
