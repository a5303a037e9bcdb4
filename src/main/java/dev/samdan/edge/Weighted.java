package dev.samdan.edge;

/**
 * A target group's share of the requests.
 *
 * @param weight 0 to 1,000,000, relative to the other weights of the rule; 0 gets none
 */
public record Weighted(String targetGroup, int weight) {}
