/**
 * Open harm: runs plans, keeps what is open, heals it newest first, and says so when healing fails.
 */
@NullMarked
package io.faultline.inject;

import org.jspecify.annotations.NullMarked;
