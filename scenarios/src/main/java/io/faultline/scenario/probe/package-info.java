/** Looks at a running system from outside: one request, one command, one file. Each says what it saw, and changes nothing. */
@NullMarked
package io.faultline.scenario.probe;

import org.jspecify.annotations.NullMarked;
