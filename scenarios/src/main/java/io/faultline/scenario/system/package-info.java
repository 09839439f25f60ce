/**
 * Systems of the user's own that scenarios are played on: containers that run already, and Docker Compose projects, which
 * are started and removed or joined and left running. Says which container plays which role, or why none does.
 */
@NullMarked
package io.faultline.scenario.system;

import org.jspecify.annotations.NullMarked;
