/**
 * Reference systems: programs that depend on others as real ones do, each of which does as it should or leaves one thing at
 * its default, and what starts them in containers.
 */
@NullMarked
package io.faultline.scenario.reference;

import org.jspecify.annotations.NullMarked;
