-- Jobs named the files of the pets in them. They name the pets: of several that have one file, the person's own.
CREATE FUNCTION petbooth_pet_by_id(pet jsonb, job_platform text, job_person text, or_others boolean) RETURNS jsonb LANGUAGE sql AS $$
	SELECT (pet - 'lora') || jsonb_strip_nulls(jsonb_build_object('id', (
		SELECT p."id" FROM "pets" p
		WHERE p."lora" = pet->>'lora' AND (or_others OR (p."platform" = job_platform AND p."person_id" = job_person))
		ORDER BY (p."platform" = job_platform AND p."person_id" = job_person) DESC, p."created_at", p."id"
		LIMIT 1
	)))
$$;
--> statement-breakpoint
UPDATE "jobs" SET "data" = jsonb_set("data", '{pet}', petbooth_pet_by_id("data"->'pet', "platform", "person_id", true))
WHERE "data"->'pet' ? 'lora';
--> statement-breakpoint
-- Somebody else's pet in a picture that is not drawn again is any animal of its kind.
UPDATE "jobs" SET "data" = jsonb_set("data", '{sourcePet}', petbooth_pet_by_id("data"->'sourcePet', "platform", "person_id", "data" ? 'drawn'))
WHERE "data"->'sourcePet' ? 'lora';
--> statement-breakpoint
DROP FUNCTION petbooth_pet_by_id(jsonb, text, text, boolean);
