/** Drafts a first scenario for a system that somebody has, from what its Compose file tells. */
@NullMarked
package io.faultline.scenario.init;

import org.jspecify.annotations.NullMarked;
