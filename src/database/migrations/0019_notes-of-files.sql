ALTER TABLE "platform_notes" ADD COLUMN "blob" text;--> statement-breakpoint
-- Most notes name no file and need no call.
CREATE FUNCTION note_blob_uses_of_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		DELETE FROM "blob_uses" WHERE "kind" = 'note' AND "id" = concat_ws(' ', OLD."platform", OLD."kind", OLD."key");
	END IF;
	IF TG_OP <> 'DELETE' AND NEW."blob" IS NOT NULL THEN
		INSERT INTO "blob_uses" ("blob", "kind", "id")
			VALUES (NEW."blob", 'note', concat_ws(' ', NEW."platform", NEW."kind", NEW."key"));
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "platform_notes_blob_uses" AFTER INSERT ON "platform_notes" FOR EACH ROW
	WHEN (NEW."blob" IS NOT NULL) EXECUTE FUNCTION note_blob_uses_of_note();
--> statement-breakpoint
CREATE TRIGGER "platform_notes_blob_uses_changed" AFTER UPDATE ON "platform_notes" FOR EACH ROW
	WHEN (OLD."blob" IS DISTINCT FROM NEW."blob") EXECUTE FUNCTION note_blob_uses_of_note();
--> statement-breakpoint
CREATE TRIGGER "platform_notes_blob_uses_gone" AFTER DELETE ON "platform_notes" FOR EACH ROW
	WHEN (OLD."blob" IS NOT NULL) EXECUTE FUNCTION note_blob_uses_of_note();
