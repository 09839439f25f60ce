/**
 * The {@code faultline} command: parses its arguments, shows progress, and turns results and errors into exit codes.
 */
@NullMarked
package io.faultline.scenario.cli;

import org.jspecify.annotations.NullMarked;
