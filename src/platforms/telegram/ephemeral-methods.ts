import type { InlineKeyboardMarkup, LinkPreviewOptions } from 'telegraf/types';

/**
 * Messages in a group that one person sees, of Bot API 10.2 in the form of 10.3, which telegraf does not know yet:
 * https://core.telegram.org/bots/api#ephemeral-messages-and-commands
 */
export interface EphemeralMessageParameters {
  readonly receiver_user_id: number;
  /** Of a press at most 15 seconds ago. An administrator needs none. */
  readonly callback_query_id?: string;
}

/** What names such a message: `message_id` is 0 for all of them. */
interface EphemeralTarget {
  readonly chat_id: number | string;
  readonly receiver_user_id: number;
  readonly ephemeral_message_id: number;
}

export interface EphemeralMethods {
  editEphemeralMessageText(
    payload: EphemeralTarget & {
      readonly text: string;
      readonly reply_markup?: InlineKeyboardMarkup;
      readonly link_preview_options?: LinkPreviewOptions;
    },
  ): true;
}
