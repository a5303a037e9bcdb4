/** Applications, environments and tiers: samdan.yml and the pipelines that follow from it. */
@NullMarked
package dev.samdan.application;

import org.jspecify.annotations.NullMarked;
