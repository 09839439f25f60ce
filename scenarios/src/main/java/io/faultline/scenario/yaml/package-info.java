/**
 * Reads scenario files: YAML 1.2 without tags of objects, with limits, into the records of {@code io.faultline.scenario.model}.
 * All mistakes of a file are found at once, each with its line, its column and what was probably meant.
 */
@NullMarked
package io.faultline.scenario.yaml;

import org.jspecify.annotations.NullMarked;
