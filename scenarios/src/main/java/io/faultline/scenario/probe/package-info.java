/**
 * Probes: read-only looks at a running system, each of which ends in time whatever the system does. One kind a file. A
 * probe that cannot tell whether its subject is well, as where a program is missing, throws instead of saying that it is
 * not: an expected failure would otherwise be found where nobody has looked.
 */
@NullMarked
package io.faultline.scenario.probe;

import org.jspecify.annotations.NullMarked;
