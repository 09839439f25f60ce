/**
 * What clients did and were answered, recorded call by call, and judged after healing against the truth on the server: a
 * command that timed out can have been carried out all the same.
 */
@NullMarked
package io.faultline.history;

import org.jspecify.annotations.NullMarked;
